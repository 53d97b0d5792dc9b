// The owner of a run is known by a secret in this browser's storage, which outlives the page. It goes
// to the server over the page's connection, never into the address.
const OWN = "kl-explorer-visitor";

export default ({ data, setStateValue }) => {
  let token = data.proposal;
  try {
    const kept = localStorage.getItem(OWN);
    if (/^[0-9a-f]{32}$/.test(kept ?? "")) token = kept;
    else localStorage.setItem(OWN, token);
  } catch {
    // Storage is blocked: the visitor owns new runs only until the page is left.
  }
  if (token !== data.known) setStateValue("token", token);
};
