//! The door to the street: a bound on connections, and no patience for silence.
//!
//! One idle socket that never speaks would hold a graceful shutdown for ever, so whoever does not send the HTTP/2 preface
//! (or begin a TLS handshake) in time, or says something else, is let go before the server sees him.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::{Connected, TcpConnectInfo};

/// What every HTTP/2 connection begins with.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// A TLS client speaks first too; its hello is longer than this.
const HELLO: usize = 5;
/// How many new connections may wait for the server.
const WAITING: usize = 128;

/// How connections are taken in.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// How many connections at once.
    pub most: usize,
    /// How long a new one may be silent.
    pub patience: Duration,
    /// Whether it speaks TLS first.
    pub tls: bool,
}

/// A connection that has begun to speak. Its place is free again when it is dropped.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// What it has said so far, and how much of that the server has still to read.
    said: [u8; PREFACE.len()],
    unread: std::ops::Range<usize>,
    _place: OwnedSemaphorePermit,
}

/// Connections as the server takes them.
pub fn connections(listener: TcpListener, manners: Manners) -> ReceiverStream<io::Result<Connection>> {
    let (spoken, taken) = mpsc::channel(WAITING);
    tokio::spawn(accept(listener, manners, spoken));
    ReceiverStream::new(taken)
}

async fn accept(listener: TcpListener, manners: Manners, spoken: mpsc::Sender<io::Result<Connection>>) {
    let places = Arc::new(Semaphore::new(manners.most));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = spoken.closed() => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(welcome(stream, place, manners, spoken.clone()));
            }
            Err(error) => {
                // Out of file descriptors, most likely: those who are served go on, new ones wait a little.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn welcome(
    mut stream: TcpStream,
    place: OwnedSemaphorePermit,
    manners: Manners,
    spoken: mpsc::Sender<io::Result<Connection>>,
) {
    let wanted = if manners.tls { HELLO } else { PREFACE.len() };
    let mut said = [0; PREFACE.len()];
    let began = tokio::select! {
        began = tokio::time::timeout(manners.patience, stream.read_exact(&mut said[..wanted])) => began,
        () = spoken.closed() => return,
    };
    let speaks_it = manners.tls || said == *PREFACE;
    if !matches!(began, Ok(Ok(_))) || !speaks_it || stream.set_nodelay(true).is_err() {
        return;
    }
    // If the server has gone, so has this connection.
    let _ = spoken
        .send(Ok(Connection {
            stream,
            said,
            unread: 0..wanted,
            _place: place,
        }))
        .await;
}

impl Connected for Connection {
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        TcpConnectInfo {
            local_addr: self.stream.local_addr().ok(),
            remote_addr: self.stream.peer_addr().ok(),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.unread.is_empty() {
            let taken = self.unread.len().min(buffer.remaining());
            let end = self.unread.start + taken;
            buffer.put_slice(&self.said[self.unread.start..end]);
            self.unread.start = end;
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::AsyncWriteExt;
    use tokio_stream::StreamExt;

    use super::*;

    async fn listen(most: usize, patience: Duration) -> (SocketAddr, ReceiverStream<io::Result<Connection>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let manners = Manners {
            most,
            patience,
            tls: false,
        };
        (address, connections(listener, manners))
    }

    #[tokio::test]
    async fn a_socket_that_stays_silent_or_speaks_otherwise_is_let_go() {
        let (address, _taken) = listen(8, Duration::from_millis(50)).await;
        let not_this: &[u8] = b"GET /metrics HTTP/1.1\r\n\r\n";
        for said in [&b""[..], b"PRI * HTTP", not_this] {
            let mut client = TcpStream::connect(address).await.expect("connected");
            client.write_all(said).await.expect("sent");
            let mut rest = Vec::new();
            // Closed or reset: either way the server has let go.
            let _ = client.read_to_end(&mut rest).await;
            assert_eq!(rest, b"");
        }
    }

    #[tokio::test]
    async fn whoever_speaks_is_taken_and_nothing_he_said_is_lost() {
        let (address, mut taken) = listen(8, Duration::from_secs(5)).await;
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(&PREFACE[..16]).await.expect("sent");
        client.write_all(&PREFACE[16..]).await.expect("sent");
        client.write_all(b"and more").await.expect("sent");
        let mut connection = taken.next().await.expect("one").expect("taken");
        let mut heard = Vec::new();
        // In pieces of any size.
        for size in [1, 7, 16, 8] {
            let mut piece = vec![0; size];
            connection.read_exact(&mut piece).await.expect("read");
            heard.extend(piece);
        }
        assert_eq!(heard, [PREFACE, &b"and more"[..]].concat());
    }
}
