//! What the demo tells a person to try.

use super::parts::{SECRET_KEY, Setting};

/// Addresses first, then a walk from the cart to a refund.
pub(crate) fn welcome(setting: &Setting) -> String {
    let (shop, server, sandbox) = (setting.shop_url(), setting.server_url(), setting.sandbox_url());
    let (logs, admin) = (setting.folder.display(), setting.ports.admin);
    format!(
        "
The demo is running. Open  {shop}

  Try
  1. Fill the cart, go to the checkout, choose PicPay by QR and press pay.
  2. Play the buyer at {sandbox}/_buyer: pay or decline the code. The checkout follows by itself.
     A buyer whose name begins with PAID pays without help, one with DECLINED is declined.
     A CPF that passes: 529.982.247-25
  3. Pay by card: choose AUD in the cart ({shop}/?currency=AUD) and card or instalments in the checkout.
     4242 4242 4242 4242 pays, 4000 0000 0000 3220 asks for the bank's confirmation, 4000 0000 0000 3246 twice,
     4000 0000 0000 0002 is declined. Any month to come, any security code.
  4. Pay with one click: sign in as Ana (top of the page), fill the cart with one thermos flask and nothing else, choose
     PicPay in the checkout, and connect as Ana at PicPay's page. Back in the shop it is paid by itself. The next order is
     paid with one click. Her wallet holds 19.00, so 60.00 are 19.00 of balance and 41.00 by card:
     {sandbox}/_control/picpay/charges
     Other buyers of PicPay's page: bruno pays all from his balance, heitor is declined, fabio's account is closed.
  5. Pay in WhatsApp: as Ana, store the card that ends in 4242, make a new order, choose WhatsApp and press pay. Her chat
     is at {sandbox}/_buyer/whatsapp: review the order there and send the payment. The shop tells the chat
     when the order is shipped and completed. The card that ends in 0002 is declined.
  6. The shop's page shows the signed webhooks it received, and gives the money back, whole or in part.
     The same by the API, for the last payment:

     PAYMENT=$(curl -s -H 'Authorization: Bearer {SECRET_KEY}' '{server}/v1/payments?status=succeeded&limit=1' | grep -o 'pa_[A-Za-z0-9_-]*' | head -1)
     curl -X POST {server}/v1/payments/$PAYMENT/refunds -H 'Authorization: Bearer {SECRET_KEY}' \\
       -H \"Idempotency-Key: refund-$PAYMENT\" -H 'Content-Type: application/json' -d '{{}}'

  Server   {server}   (metrics: http://127.0.0.1:{admin}/metrics)
  Sandbox  {sandbox}/_buyer   (what really happened: {sandbox}/_control/ledger)
  Logs     {logs}

Ctrl-C stops everything."
    )
}
