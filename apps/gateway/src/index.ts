export { gatewayConfig, type GatewayConfig } from './gateway.config.js';
export { adminKeyFile, hasOwnIdentity, refuseOpenDoor } from './identity/admin-key.js';
export { startGateway, type Gateway, type GatewayStart } from './start-gateway.js';
