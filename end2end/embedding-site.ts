// An HTTP server that embeds the connect button: another origin, and another site, than the app's.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const page = (app: string) => `<!DOCTYPE html><html lang="en"><title>A studio</title>
<h1>A studio</h1>
<a href="${app}/oauth?display=popup" target="connect" rel="opener">Connect in a tab</a>
<a href="${app}/oauth?display=popup" onclick="open(this.href, 'connect', 'popup,width=480,height=760'); return false">Connect in a window</a>
<script>
  messages = [];
  addEventListener('message', ({ origin, data }) => messages.push({ origin, data }));
</script>`;

/** The messages that an embedding page received, oldest first. */
export type ReceivedMessage = { origin: string; data: unknown };

export class EmbeddingSite {
    /** Starts the server. The query parameter `app` of a page is the origin of the app to embed. */
    static async start() {
        const server = createServer((request, response) => {
            const app = new URL(request.url ?? '/', 'http://site').searchParams.get('app') ?? '';
            response.setHeader('content-type', 'text/html').end(page(app));
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return new EmbeddingSite(server);
    }

    readonly origin: string;

    private constructor(private readonly server: Server) {
        this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    async stop() {
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }
}
