"""A component: the decoder's picture of a point, which follows the hand."""

from pages.ui.vae.decoded.decoded import decoded, send_decoder

__all__ = ["decoded", "send_decoder"]
