//! A published port of a replica that does not listen there itself: what comes in is passed on.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Passes every connection on, until it is dropped; those under way end with it.
pub(super) struct Forward(JoinHandle<()>);

impl Drop for Forward {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Forward {
    /// `seen` is told of every connection.
    pub(super) fn start(listener: TcpListener, to: SocketAddr, seen: impl Fn() + Send + 'static) -> Self {
        Self(tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => match accepted {
                        Ok((near, _)) => {
                            seen();
                            open.spawn(pass(near, to));
                        }
                        // Out of descriptors: those that end make room.
                        Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                    },
                    Some(_) = open.join_next() => {}
                }
            }
        }))
    }
}

async fn pass(mut near: TcpStream, to: SocketAddr) {
    let Ok(mut far) = TcpStream::connect(to).await else { return };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
}
