//! The values of labels: closed sets, each with its names.

/// Defines an enum whose variants are the values of a label.
macro_rules! label_values {
    ($(#[$about:meta])* $visible:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visible enum $name { $($(#[$doc])* $variant,)+ }

        impl prometheus_client::encoding::EncodeLabelValue for $name {
            fn encode(
                &self,
                encoder: &mut prometheus_client::encoding::LabelValueEncoder<'_>,
            ) -> Result<(), std::fmt::Error> {
                prometheus_client::encoding::EncodeLabelValue::encode(
                    match self { $(Self::$variant => &$text,)+ },
                    encoder,
                )
            }
        }
    };
}

pub(super) use label_values;
