//! What is known of the program behind a request.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Longest name of a device in characters.
const DEVICE_MAX: usize = 100;

/// Where a request comes from, and by which program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// The address, when it is known.
    pub address: Option<IpAddr>,
    /// The program's name for itself (`User-Agent`).
    pub agent: Option<String>,
}

impl ClientInfo {
    /// The address that limits count by: one IPv4 address, or the /64 that an IPv6 subscriber has.
    pub fn counted_address(&self) -> Option<IpNet> {
        self.address.map(|address| prefix(address, 32, 64))
    }

    /// The network around it: /24 of IPv4, /48 of IPv6. It is all of an address that a session keeps.
    pub fn network(&self) -> Option<IpNet> {
        self.address.map(|address| prefix(address, 24, 48))
    }

    /// The device's name: as its owner called it, else as the program calls itself.
    pub fn device(&self, given: Option<&str>) -> Option<String> {
        let given = given.map(str::trim).filter(|name| !name.is_empty());
        let name = given.or(self.agent.as_deref())?;
        Some(name.chars().filter(|c| !c.is_control()).take(DEVICE_MAX).collect())
    }
}

fn prefix(address: IpAddr, v4: u8, v6: u8) -> IpNet {
    let net = match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Net::new(address, v4).map(IpNet::V4),
        IpAddr::V6(address) => Ipv6Net::new(address, v6).map(IpNet::V6),
    };
    // The lengths are constants within their range.
    net.map_or_else(|_| IpNet::from(address), |net| net.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> ClientInfo {
        ClientInfo { address: address.parse().ok(), agent: Some("curl/8".to_owned()) }
    }

    #[test]
    fn addresses_are_counted_by_subscriber_and_kept_by_network() {
        for (address, counted, network) in [
            ("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ] {
            let client = at(address);
            assert_eq!(client.counted_address().map(|net| net.to_string()).as_deref(), Some(counted));
            assert_eq!(client.network().map(|net| net.to_string()).as_deref(), Some(network));
        }
        assert_eq!(ClientInfo::default().network(), None);
    }

    #[test]
    fn a_device_is_called_what_its_owner_calls_it() {
        let client = at("203.0.113.77");
        assert_eq!(client.device(Some(" 王芳的手机\n")).as_deref(), Some("王芳的手机"));
        assert_eq!(client.device(Some("  ")).as_deref(), Some("curl/8"));
        assert_eq!(client.device(Some(&"长".repeat(1_000))).map(|name| name.chars().count()), Some(100));
        assert_eq!(ClientInfo::default().device(None), None);
    }
}
