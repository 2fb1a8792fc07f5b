//! The supervisor's connections: so many at once and no more, each with a request that comes in its
//! time, so that nobody who floods or holds one keeps the others from being served.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// How many connections are open at once.
const MOST: usize = 512;
/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(2);
/// The largest head, in bytes.
const LARGEST_HEAD: usize = 64 << 10;
/// Out of descriptors: those that end make room.
const PAUSE: Duration = Duration::from_millis(20);
/// How long an answer that is under way may take at the end.
const LAST_ANSWERS: Duration = Duration::from_millis(300);

/// Answers until `end`; then what is under way is still sent, and a connection that only waits is
/// not waited for.
pub(super) async fn serve(listener: TcpListener, router: Router, end: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(MOST));
    let ending = watch::Sender::new(false);
    let mut open = JoinSet::new();
    tokio::pin!(end);
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        };
        tokio::select! {
            () = &mut end => break,
            (permit, accepted) = next => match accepted {
                Ok((stream, _)) => {
                    let (router, ending) = (router.clone(), ending.subscribe());
                    open.spawn(async move {
                        answer(stream, router, ending).await;
                        drop(permit);
                    });
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
            Some(_) = open.join_next() => {}
        }
    }
    ending.send_replace(true);
    let rest = async { while open.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(LAST_ANSWERS, rest).await;
}

async fn answer(stream: TcpStream, router: Router, mut ending: watch::Receiver<bool>) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LARGEST_HEAD);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(connection);
    tokio::select! {
        _ = &mut connection => {}
        // It is told once.
        _ = ending.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
