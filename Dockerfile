# The base of both stages: an exact version, so that two builds differ only by what Debian has mended in between.
ARG BASE=node:24.21.0-bookworm-slim

# The tools build, and stay behind: the image carries the package as it is published.
FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm run tarball && tar -xzf vipps-login-mock-*.tgz

FROM ${BASE}
ARG VERSION=0.1.0
# Where whoever publishes the image keeps the code: --build-arg SOURCE=https://…
ARG SOURCE
LABEL org.opencontainers.image.title="vipps-login-mock" \
      org.opencontainers.image.description="A local stand-in for Vipps Login, for tests and development. Not made by Vipps MobilePay." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.documentation="${SOURCE:+${SOURCE}#readme}"
ENV NODE_ENV=production
# Inside a container, loopback is nobody else's: listen to the network around it.
ENV VIPPS_LOGIN_MOCK_HOST=0.0.0.0
# With --tls its CA is kept here, for other containers that mount the same volume: docs/https.md.
ENV VIPPS_LOGIN_MOCK_TLS_DIR=/tls
# The user "node" of the base by its number, which Kubernetes can tell from root.
RUN install --directory --owner=1000 --group=1000 /tls
# The only place that it needs to write to: the rest may be read-only.
VOLUME /tls
COPY --from=build /build/package /opt/vipps-login-mock
# A config file mounted here is found: /config/vipps-login-mock.yaml
WORKDIR /config
USER 1000:1000
EXPOSE 4747 4748
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "/opt/vipps-login-mock/dist/main.js", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/opt/vipps-login-mock/dist/main.js"]
