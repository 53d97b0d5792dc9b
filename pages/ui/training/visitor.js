// Whose runs are whose: a secret in this browser's storage, which outlives the page. It goes to the
// server by the page's own connection, never into the address.
const OWN = "kl-explorer-visitor";

export default ({ data, setStateValue }) => {
  let token = data.proposal;
  try {
    const kept = localStorage.getItem(OWN);
    if (/^[0-9a-f]{32}$/.test(kept ?? "")) token = kept;
    else localStorage.setItem(OWN, token);
  } catch {
    // No storage is allowed here: what is trained now is the visitor's until the page is left.
  }
  if (token !== data.known) setStateValue("token", token);
};
