// A site of somebody else's, with a page that embeds the button: another origin, and another site.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const page = (app: string) => `<!DOCTYPE html><html lang="en"><title>A studio</title>
<h1>A studio</h1>
<a href="${app}/oauth?display=popup" target="connect" rel="opener">Connect in a tab</a>
<a href="${app}/oauth?display=popup" onclick="open(this.href, 'connect', 'popup,width=480,height=760'); return false">Connect in a window</a>
<script>
  heard = [];
  addEventListener('message', ({ origin, data }) => heard.push({ origin, data }));
</script>`;

/** What an embedding page heard, oldest first. */
export type Heard = { origin: string; data: unknown }[];

export class Site {
    /** Starts a site; what its page embeds is said when it is opened. */
    static async start() {
        const server = createServer((request, response) => {
            const app = new URL(request.url ?? '/', 'http://site').searchParams.get('app') ?? '';
            response.setHeader('content-type', 'text/html').end(page(app));
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return new Site(server);
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
