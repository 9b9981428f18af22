//! The HTTP status of a page: the one thing that a page says outside its HTML.

/// Answers the request that is being rendered with a status, as `404`. In the browser it does nothing.
pub fn set_status(code: u16) {
    #[cfg(feature = "ssr")]
    {
        let response = leptos::prelude::use_context::<leptos_axum::ResponseOptions>();
        if let (Some(response), Ok(status)) = (response, http::StatusCode::from_u16(code)) {
            response.set_status(status);
        }
    }
    #[cfg(not(feature = "ssr"))]
    let _ = code;
}
