//! What the server is told of each provider, so that it speaks to the sandbox. The keys are the sandbox's own, and public.

/// Everything that the server needs to speak to the sandbox at this origin.
pub(super) fn settings(sandbox: &str) -> Vec<(&'static str, String)> {
    let (epag, april, picpay) = (format!("{sandbox}/epag"), format!("{sandbox}/april"), format!("{sandbox}/picpay"));
    vec![
        ("UMCLIQUE_EPAG_BASE_URL", epag),
        ("UMCLIQUE_EPAG_API_KEY", "epag_demo_key".to_owned()),
        ("UMCLIQUE_EPAG_API_SECRET", "epag_demo_secret".to_owned()),
        ("UMCLIQUE_EPAG_CONTRACT_ID", "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01".to_owned()),
        ("UMCLIQUE_APRIL_SCRIPT_URL", format!("{april}/v3/checkout-v3.0.0.min.js")),
        ("UMCLIQUE_APRIL_BASE_URL", april),
        ("UMCLIQUE_APRIL_SECRET_KEY", "sandbox_sk_demo".to_owned()),
        ("UMCLIQUE_APRIL_PUBLIC_KEY", "sandbox_pk_demo".to_owned()),
        ("UMCLIQUE_PICPAY_BASE_URL", picpay),
        ("UMCLIQUE_PICPAY_CLIENT_ID", "picpay_demo_client".to_owned()),
        ("UMCLIQUE_PICPAY_CLIENT_SECRET", "picpay_demo_secret".to_owned()),
        ("UMCLIQUE_WHATSAPP_BASE_URL", format!("{sandbox}/whatsapp")),
        ("UMCLIQUE_WHATSAPP_PHONE_NUMBER_ID", "100000000000001".to_owned()),
        ("UMCLIQUE_WHATSAPP_ACCESS_TOKEN", "whatsapp_demo_token".to_owned()),
        ("UMCLIQUE_WHATSAPP_APP_SECRET", "whatsapp_demo_app_secret".to_owned()),
        ("UMCLIQUE_WHATSAPP_VERIFY_TOKEN", "whatsapp_demo_verify_token".to_owned()),
        ("UMCLIQUE_WHATSAPP_DISPLAY_NUMBER", "+551130000000".to_owned()),
        ("UMCLIQUE_PSP_BASE_URL", format!("{sandbox}/psp")),
        ("UMCLIQUE_PSP_TOKEN", "psp_demo_token".to_owned()),
        ("UMCLIQUE_PSP_WEBHOOK_SECRET", "psp_demo_webhook_secret".to_owned()),
        ("UMCLIQUE_VAULT_KEYS", "demo:dGhpcy1vcGVucy1ub3RoaW5nLWJ1dC10aGUtZGVtbyE=".to_owned()),
    ]
}
