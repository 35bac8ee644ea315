# The service as `npm start` runs it: serverless-offline over the S3 and Redis that the environment names,
# or over its embedded ones. Not what runs on AWS: `serverless deploy` makes one small bundle per function.
FROM node:24-slim

WORKDIR /app

# Only these decide what is installed: a change of code keeps the layer.
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund

COPY . .

# Whoever runs the image may not write here.
RUN npm run build:web

ENV EQUIPOISE_HOME=/home/node/.equipoise
RUN mkdir -p "$EQUIPOISE_HOME" && chown node:node "$EQUIPOISE_HOME"
USER node
VOLUME /home/node/.equipoise

# HTTP and WebSocket.
EXPOSE 3000 3001

# The first run simulates a market and builds its index before it is healthy.
HEALTHCHECK --interval=15s --timeout=10s --start-period=180s --retries=4 \
  CMD ["node", "localstack/healthcheck.mjs", "http://127.0.0.1:3000/api/v1/health"]

# Inside a container the service must listen beyond loopback; which ports are open is for whoever runs it.
CMD ["npm", "start", "--", "--host", "0.0.0.0"]
