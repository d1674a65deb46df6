//! A gateway for trying other people's clients by hand.

use std::io::Read;

use crate::world::World;

/// `cargo test -p okeanos-storage-gateway --test api by_hand -- --ignored --nocapture`, then point a client at the address
/// with key `AK-ann` and secret `secret-of-AK-ann`. Ends when standard input does.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "serves until standard input ends"]
async fn a_gateway_for_other_clients() {
    let world = World::new().await;
    println!("S3 at http://{}", world.address);
    let end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    end.await.unwrap().unwrap();
}
