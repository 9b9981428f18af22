//! Where the receiver's name may lead: looked at when it is resolved, so that a name which is made to mean
//! another machine later leads nowhere.

use std::{error::Error, iter, net::SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::server::config::Reach;

/// Resolves names, and keeps back the addresses that are not admitted.
pub(super) struct Guard(pub(super) Reach);

/// No address of a name is admitted.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to no address that is admitted")]
struct Refused;

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> = found.filter(|address| reach.admits(address.ip())).collect();
            if admitted.is_empty() {
                return Err(Refused.into());
            }
            let addresses: Addrs = Box::new(admitted.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether a request failed because of this guard.
pub(super) fn refused(error: &reqwest::Error) -> bool {
    let first: &(dyn Error + 'static) = error;
    iter::successors(Some(first), |&cause| cause.source()).any(<dyn Error>::is::<Refused>)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolved(reach: Reach) -> Result<usize, String> {
        let addresses = Guard(reach).resolve("localhost".parse().unwrap()).await;
        addresses.map(Iterator::count).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn this_machine_is_reached_by_permission_alone() {
        assert_eq!(resolved(Reach::Public).await, Err(Refused.to_string()));
        assert!(resolved(Reach::Private).await.unwrap() > 0);
        assert!(resolved(Reach::Anywhere).await.unwrap() > 0);
    }
}
