//! The private servers answer.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use sea_orm::{ConnectionTrait as _, Database};
use support::servers;

#[tokio::test]
async fn postgres_answers() {
    let connection = Database::connect(servers::postgres_url()).await.unwrap();
    connection.execute_unprepared("SELECT 1").await.unwrap();
    connection.close().await.unwrap();
}

#[test]
fn redis_answers() {
    let url = servers::redis_url();
    let address = url.strip_prefix("redis://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"PING\r\n").unwrap();
    let mut reply = [0; 7];
    stream.read_exact(&mut reply).unwrap();
    assert_eq!(&reply, b"+PONG\r\n");
}

#[test]
fn the_binary_is_there() {
    assert!(servers::binary().is_file());
}
