//! Drawing on the host: the view of a state, with an `Intl` as far as tests look.

use umclique::machine::State;
use umclique::machine::view::{Body, FormView, Format, Local, MethodView, NoticeView, Scene, View, view_model};
use umclique::methods::Forms;
use umclique::text::Lang;
use umclique_wire::Currency;

struct Plain;

impl Format for Plain {
    fn money(&self, minor: u64, currency: Currency) -> String {
        format!("{currency} {}.{:02}", minor / 100, minor % 100)
    }

    fn day(&self, date: &str) -> String {
        format!("<{date}>")
    }
}

pub(crate) fn draw(state: &State, local: Local) -> View {
    draw_with(state, local, &Forms::default(), Lang::En)
}

pub(crate) fn draw_with(state: &State, local: Local, forms: &Forms, lang: Lang) -> View {
    view_model(&Scene { state, forms, lang, format: &Plain, local })
}

pub(crate) fn qr_view(view: View) -> umclique::machine::view::QrView {
    match view.body {
        Body::Qr(qr) => *qr,
        other => panic!("not the QR code but {other:?}"),
    }
}

/// The one method that is drawn, its open form, and what happened before.
pub(crate) fn alone(view: View) -> (MethodView, FormView, Option<NoticeView>) {
    let Body::Methods(mut body) = view.body else { panic!("no method: {:?}", view.body) };
    assert_eq!(body.methods.len(), 1);
    let method = body.methods.remove(0);
    let form = method.form.clone().expect("open");
    (method, form, body.notice)
}
