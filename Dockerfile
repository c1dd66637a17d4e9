# Owns Berth's images: the targets `server`, `agent` and `etcd`, which docker-compose.yml runs. Their bases are build
# arguments, and what a base brings is neither downloaded nor installed again, so that all of it can be built offline.
ARG NODE_IMAGE=node:20-bookworm-slim
# May have the packages of package-lock.json in /opt/berth.
ARG BUILD_IMAGE=${NODE_IMAGE}
ARG DEBIAN_IMAGE=debian:bookworm-slim

# What decides which packages are installed, apart from the code, so that a change of the code alone installs none.
FROM ${BUILD_IMAGE} AS manifests
WORKDIR /manifests
COPY . .
RUN find . -type f -not -name package.json -not -name package-lock.json -delete && find . -type d -empty -delete

FROM ${BUILD_IMAGE} AS build
WORKDIR /opt/berth
COPY --from=manifests /manifests .
RUN test -e node_modules/.package-lock.json \
  || npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs && node containers/collect-runtime.mjs /runtime

FROM ${NODE_IMAGE} AS runtime
WORKDIR /opt/berth
ENV NODE_ENV=production BERTH_DATA_DIR=/var/lib/berth
COPY --from=build /runtime .

FROM runtime AS server
ENV BERTH_API_PORT=6443 BERTH_DASHBOARD_PORT=7070
# The dashboard starts last: once it answers, the agents' credentials are written too.
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s \
  CMD node containers/healthy.mjs "$BERTH_DATA_DIR/pki/ca.crt" \
    "https://127.0.0.1:$BERTH_API_PORT/readyz" "http://127.0.0.1:$BERTH_DASHBOARD_PORT/"
ENTRYPOINT ["node", "--enable-source-maps", "apps/server/dist/main.js"]

FROM runtime AS agent
RUN sh containers/install-missing.sh \
  nft=nftables ip=iproute2 iptables=iptables conntrack=conntrack modprobe=kmod busybox=busybox-static
ENV BERTH_PORT=10250
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s \
  CMD node containers/healthy.mjs "$BERTH_DATA_DIR/agents/$BERTH_NODE_NAME/ca.crt" "https://127.0.0.1:$BERTH_PORT/healthz"
ENTRYPOINT ["node", "--enable-source-maps", "apps/agent/dist/main.js"]

FROM ${DEBIAN_IMAGE} AS etcd
COPY containers/install-missing.sh /tmp/
RUN sh /tmp/install-missing.sh etcd=etcd-server etcdctl=etcd-client && rm /tmp/install-missing.sh
# etcd names its socket HOST:PORT, in the directory where it runs.
RUN install -d -o etcd -g etcd /run/etcd
WORKDIR /run/etcd
USER etcd
ENV ETCDCTL_API=3 ETCD_DATA_DIR=/var/lib/etcd \
  ETCD_LISTEN_CLIENT_URLS=unix://etcd:2379 ETCD_ADVERTISE_CLIENT_URLS=unix://etcd:2379
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s CMD etcdctl --endpoints unix://etcd:2379 endpoint health
# Whoever is given the socket's directory may use the socket; nobody else gets there.
ENTRYPOINT ["sh", "-c", "umask 0 && exec etcd \"$@\"", "etcd"]
