# The tools build, and stay behind: the image carries the package as it is published.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm run tarball && tar -xzf vipps-login-mock-*.tgz

FROM node:24-slim
ENV NODE_ENV=production
# Inside a container, loopback is nobody else's: listen to the network around it.
ENV VIPPS_LOGIN_MOCK_HOST=0.0.0.0
# With --tls its CA is kept here, for other containers that mount the same volume: docs/https.md.
ENV VIPPS_LOGIN_MOCK_TLS_DIR=/tls
RUN install --directory --owner=node --group=node /tls
COPY --from=build /build/package /opt/vipps-login-mock
# A config file mounted here is found: /config/vipps-login-mock.yaml
WORKDIR /config
USER node
EXPOSE 4747 4748
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s --retries=3 \
  CMD ["node", "/opt/vipps-login-mock/dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "/opt/vipps-login-mock/dist/main.js"]
