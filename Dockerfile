# The tools build, and stay behind: the image carries the program and what it needs to run.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production
# Inside a container, loopback is nobody else's: listen to the network around it.
ENV VIPPS_LOGIN_MOCK_HOST=0.0.0.0
WORKDIR /opt/vipps-login-mock
COPY package.json README.md CHANGELOG.md LICENSE ./
COPY fixtures fixtures
COPY views views
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
# A config file mounted here is found: /config/vipps-login-mock.yaml
WORKDIR /config
USER node
EXPOSE 4747
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s --retries=3 \
  CMD ["node", "/opt/vipps-login-mock/dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "/opt/vipps-login-mock/dist/main.js"]
