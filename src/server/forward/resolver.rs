//! DNS resolver that drops the receiver's inadmissible IP addresses. It filters at each resolution, so that DNS
//! rebinding reaches no other machine.

use std::{error::Error, iter, net::SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::server::config::Reach;

/// Resolves names to admitted addresses only.
pub(super) struct RestrictedResolver(pub(super) Reach);

/// Error of a name without an admitted address.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to no address that is admitted")]
struct NoAdmittedAddress;

impl Resolve for RestrictedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let admitted: Vec<SocketAddr> = found.filter(|address| reach.admits(address.ip())).collect();
            if admitted.is_empty() {
                return Err(NoAdmittedAddress.into());
            }
            let addresses: Addrs = Box::new(admitted.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether a request failed because no address was admitted.
pub(super) fn is_refused(error: &reqwest::Error) -> bool {
    let first: &(dyn Error + 'static) = error;
    iter::successors(Some(first), |&cause| cause.source()).any(<dyn Error>::is::<NoAdmittedAddress>)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn address_count(reach: Reach) -> Result<usize, String> {
        let addresses = RestrictedResolver(reach).resolve("localhost".parse().unwrap()).await;
        addresses.map(Iterator::count).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn loopback_needs_permission() {
        assert_eq!(address_count(Reach::Public).await, Err(NoAdmittedAddress.to_string()));
        assert!(address_count(Reach::Private).await.unwrap() > 0);
        assert!(address_count(Reach::Anywhere).await.unwrap() > 0);
    }
}
