# Not built by the project's tests, which have no Docker. docs/deploy.md says how it is run.
# The image of creator-connect: one static binary, and the certificate authorities:
# docker build -t creator-connect .

FROM rust:1.99-alpine AS build
RUN apk add --no-cache bash build-base ca-certificates nodejs npm perl
WORKDIR /source
# The tools and the dependencies first: these layers are kept while only the sources change.
COPY rust-toolchain.toml Cargo.toml Cargo.lock ./
COPY scripts/setup.sh scripts/setup.sh
COPY end2end/package.json end2end/package-lock.json end2end/.npmrc end2end/
RUN --mount=type=cache,target=/usr/local/cargo/registry scripts/setup.sh toolchain build
COPY . .
ARG COMMIT=unknown
ENV CREATOR_CONNECT_COMMIT=$COMMIT PATH=/source/end2end/node_modules/.bin:$PATH
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    scripts/build.sh && mkdir -p /image/data && cp target/release/creator-connect /image/

FROM scratch
ARG VERSION=0.1.0
ARG COMMIT=unknown
LABEL org.opencontainers.image.title="creator-connect" \
      org.opencontainers.image.description="Connects creators' TikTok accounts, and keeps their grants" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$COMMIT" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.base.name="scratch"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /image/creator-connect /creator-connect
COPY --from=build --chown=65532:65532 /image/data /data
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 5000
ENV SQLITE_PATH=/data/creator-connect.db \
    JOURNAL_DIR=/data/journal \
    CERT_DIR=/data/certs \
    LOG_DIR=off \
    LOG_FORMAT=json
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --start-interval=2s --retries=3 \
    CMD ["/creator-connect", "health"]
ENTRYPOINT ["/creator-connect"]
CMD ["serve"]
