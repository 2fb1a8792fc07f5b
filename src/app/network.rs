//! Where others reach this machine.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use tokio::net::TcpStream;

/// How long a port of this machine's own may take to answer.
const ANSWER: Duration = Duration::from_millis(700);

/// The address by which others on the same network reach this machine. Nothing is sent for it.
pub(crate) fn shared_address() -> Option<IpAddr> {
    let by = |own: &str, far: &str| {
        let socket = UdpSocket::bind((own, 0)).ok()?;
        socket.connect((far, 9)).ok()?;
        Some(socket.local_addr().ok()?.ip())
            .filter(|address| !address.is_loopback() && !address.is_unspecified())
    };
    by("0.0.0.0", "192.0.2.1").or_else(|| by("::", "2001:db8::1"))
}

/// `url`, which leads to this machine itself, by the address that others reach; `None` where its port
/// does not answer there.
pub(crate) async fn shared_url(url: &str, address: IpAddr) -> Option<String> {
    let mut url = reqwest::Url::parse(url).ok()?;
    let at = SocketAddr::new(address, url.port_or_known_default()?);
    tokio::time::timeout(ANSWER, TcpStream::connect(at)).await.ok()?.ok()?;
    url.set_ip_host(address).ok()?;
    Some(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_is_shared_only_where_its_port_answers() {
        let open = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = open.local_addr().expect("its address").port();
        let url = format!("http://localhost:{port}/posts?x=1");
        let here = IpAddr::from([127, 0, 0, 1]);
        assert_eq!(shared_url(&url, here).await, Some(format!("http://127.0.0.1:{port}/posts?x=1")));
        // Another address of the same machine, on which nothing listens.
        assert_eq!(shared_url(&url, IpAddr::from([127, 0, 0, 2])).await, None);
        assert_eq!(shared_url("no url", here).await, None);
    }
}
