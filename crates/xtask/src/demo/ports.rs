//! Chooses the four ports before anything is built, so that a taken one is said at once.

use super::Options;
use crate::error::{Error, Result};
use std::net::{Ipv4Addr, TcpListener};

/// The ports of the demo, all free a moment ago.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    /// The demo shop.
    pub(crate) shop: u16,
    /// The server's API.
    pub(crate) server: u16,
    /// The server's metrics and readiness.
    pub(crate) admin: u16,
    /// The sandbox.
    pub(crate) sandbox: u16,
}

/// Checks the wanted ports and finds free ones for each 0.
pub(crate) fn choose(options: &Options) -> Result<Ports> {
    let wanted = [
        ("--shop-port", options.shop_port),
        ("--port", options.port),
        ("--admin-port", options.admin_port),
        ("--sandbox-port", options.sandbox_port),
    ];
    let [shop, server, admin, sandbox] = reserve(wanted)?;
    Ok(Ports { shop, server, admin, sandbox })
}

fn reserve(wanted: [(&'static str, u16); 4]) -> Result<[u16; 4]> {
    for (index, (flag, port)) in wanted.into_iter().enumerate().filter(|(_, (_, port))| *port != 0) {
        if let Some((other, _)) = wanted[..index].iter().find(|(_, taken)| *taken == port) {
            return Err(Error::SamePort { port, flag: other, other: flag });
        }
    }
    // All are held until all are chosen, so that two zeros never get one port.
    let mut held = Vec::new();
    let mut ports = [0; 4];
    for (slot, (flag, port)) in ports.iter_mut().zip(wanted) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|_| Error::PortTaken { port, flag })?;
        *slot = listener.local_addr().map_err(Error::start("a listener"))?.port();
        held.push(listener);
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(shop: u16, server: u16) -> [(&'static str, u16); 4] {
        [("--shop-port", shop), ("--port", server), ("--admin-port", 0), ("--sandbox-port", 0)]
    }

    #[test]
    fn zeros_become_four_different_free_ports() {
        let mut ports = reserve(wanted(0, 0)).expect("loopback has free ports").to_vec();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 4);
        assert!(!ports.contains(&0));
    }

    #[test]
    fn a_taken_port_is_named_with_its_flag() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        let port = listener.local_addr().expect("it is bound").port();
        let error = reserve(wanted(0, port)).expect_err("it is taken");
        let expected = format!("port {port} is already in use; stop what uses it or choose another with --port");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn two_flags_cannot_share_a_port() {
        let error = reserve(wanted(8000, 8000)).expect_err("they are the same");
        assert!(error.to_string().starts_with("--shop-port and --port both name port 8000"));
    }
}
