//! The nodes that checkouts are drawn into, used again from mount to mount.
//!
//! Yew listens on such a node for every kind of event that was ever drawn into it, and forgets those listeners on purpose: they
//! live as long as the page, and so do the node and the app that they hold (`HostHandlers` in its `subtree_root.rs`). A fresh node
//! for each mount would therefore leave a little behind each time. So a node that was left waits here with its app, emptied, for the
//! next mount, and a page never has more of them than checkouts at one moment. Called by `lib`, and by `checkout` once it is empty.

use super::checkout::{Checkout, Msg};
use std::cell::RefCell;
use wasm_bindgen::{JsError, JsValue};
use web_sys::{Element, Node};
use yew::{AppHandle, Renderer};

thread_local! {
    static EMPTY: RefCell<Vec<Host>> = const { RefCell::new(Vec::new()) };
}

/// A node, and the app that draws into it.
pub struct Host {
    node: Element,
    app: AppHandle<Checkout>,
}

impl Host {
    /// Puts an empty node at the end of `parent`: one that was left, or else a new one.
    pub(crate) fn enter(parent: &Node) -> Result<Self, JsValue> {
        let host = match EMPTY.with_borrow_mut(Vec::pop) {
            Some(host) => host,
            None => {
                let document =
                    parent.owner_document().ok_or_else(|| JsError::new("a document cannot hold a checkout"))?;
                let node = document.create_element("div")?;
                Self { app: Renderer::<Checkout>::with_root(node.clone()).render(), node }
            }
        };
        parent.append_child(&host.node)?;
        Ok(host)
    }

    /// Passes something on to the app.
    pub(crate) fn tell(&self, msg: Msg) {
        self.app.send_message(msg);
    }

    /// Takes the node off the page at once. The app empties itself, and then calls [`rest`](Self::rest).
    pub(crate) fn leave(self) {
        self.node.remove();
        let app = (*self.app).clone();
        app.send_message(Msg::Unmount(self));
    }

    /// Waits for the next mount. Only an app that holds nothing and shows nothing may come here: it is somebody else's from now on.
    pub(super) fn rest(self) {
        EMPTY.with_borrow_mut(|empty| empty.push(self));
    }
}
