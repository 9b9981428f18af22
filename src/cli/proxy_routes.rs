//! The `proxy-routes` command: TikTok's endpoints that programs may call.

use creator_connect::server::tiktok::proxy::ROUTES;

/// Prints the list.
pub(crate) fn run() {
    println!(
        "Programs with the permission tiktok:call may call, below /api/v1/creators/{{creator}}/tiktok:\n"
    );
    for route in &ROUTES {
        let scopes = route.scopes.join(" or ");
        let direct = if route.direct_post { "; needs TIKTOK_PROXY_DIRECT_POST=true" } else { "" };
        println!("{:4} {:45} {:3} a minute; {scopes}{direct}", route.method, route.path, route.per_minute);
    }
}
