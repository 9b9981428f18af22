// Starts and stops `creator-connect demo`: one app with its own simulated TikTok, ports, and folder for database,
// certificate and logs.
//
// CREATOR_CONNECT_BINARY and SITE_ROOT name the build to test; the release build by default. An empty SITE_ROOT stands
// for the files within the binary.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const binary = process.env.CREATOR_CONNECT_BINARY || join(root, 'target/release/creator-connect');
const siteRoot = process.env.SITE_ROOT ?? join(root, 'target/site');

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 12_000;

/** A running app. `origin` is what a browser opens, `tiktok` where the simulator listens. */
export class App {
    /**
     * Starts an app and waits until its health check responds with the status `health`.
     * @param {{ folder?: string, env?: Record<string, string>, health?: number }} options a given `folder` is not removed when the app stops
     */
    static async start({ folder, env = {}, health = 200 } = {}) {
        if (!existsSync(binary) || (siteRoot && !existsSync(siteRoot))) {
            throw new Error(`There is no build (${binary}, ${siteRoot}): run \`make build\`.`);
        }
        const directory = folder ?? (await mkdtemp(join(tmpdir(), 'creator-connect-')));
        // Another process may have taken the port since the check: then the app ends at once, and the start is retried.
        for (let attempt = 1; ; attempt++) {
            const app = new App(directory, folder === undefined, await freePort(), await freePort(), env);
            try {
                await app.#waitUntilReady(health);
                return app;
            } catch (error) {
                await app.stop({ keepFolder: attempt < 3 });
                if (attempt === 3) throw error;
            }
        }
    }

    #child;
    #temporary;
    #hasExited = false;
    #startedAt = performance.now();
    /** The standard output and error of the process. */
    output = '';
    /** Milliseconds from start to the first successful health check. */
    readyAfter = 0;

    constructor(folder, temporary, port, tiktokPort, env) {
        this.folder = folder;
        this.#temporary = temporary;
        this.port = port;
        this.origin = `https://localhost:${port}`;
        this.tiktok = `http://127.0.0.1:${tiktokPort}`;
        const args = ['demo', '--port', String(port), '--tiktok-port', String(tiktokPort)];
        const { PATH, HOME } = process.env;
        this.#child = spawn(binary, args, { cwd: folder, env: { PATH, HOME, SITE_ROOT: siteRoot, ...env } });
        this.#child.stdout.on('data', (data) => (this.output += data));
        this.#child.stderr.on('data', (data) => (this.output += data));
        this.#child.on('error', (error) => (this.output += error));
        this.#child.on('close', () => (this.#hasExited = true));
    }

    get pid() {
        return this.#child.pid;
    }

    async #waitUntilReady(health) {
        while ((await this.#health()) !== health) {
            const timedOut = performance.now() - this.#startedAt > START_TIMEOUT_MS;
            if (this.#hasExited || timedOut) {
                const reason = this.#hasExited ? 'exited' : `was not healthy after ${START_TIMEOUT_MS} ms`;
                throw new Error(`\`creator-connect demo\` ${reason}:\n${this.output}`);
            }
            await pause(5);
        }
        this.readyAfter = performance.now() - this.#startedAt;
    }

    /** The status of the health check; 0 while the app does not respond. */
    #health() {
        return new Promise((resolve) => {
            const address = { host: '127.0.0.1', port: this.port, path: '/health', rejectUnauthorized: false };
            const check = request(address, (response) => {
                response.resume();
                resolve(response.statusCode);
            });
            check.setTimeout(START_TIMEOUT_MS, () => check.destroy());
            check.on('error', () => resolve(0)).end();
        });
    }

    /** Shuts the app down gracefully, by SIGTERM, and removes its folder. */
    async stop({ keepFolder = !this.#temporary } = {}) {
        if (!this.#hasExited) {
            const closed = new Promise((resolve) => this.#child.once('close', resolve));
            const killTimer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
            this.#child.kill('SIGTERM');
            await closed;
            clearTimeout(killTimer);
        }
        if (!keepFolder) await rm(this.folder, { recursive: true, force: true });
    }

    /** Makes the next `times` requests to an endpoint of the simulator fail. */
    async injectFault(endpoint, fault, times = 1) {
        await this.#control('POST', '/simulator/orders', { endpoint, times, fault });
    }

    /** Removes all injected faults. */
    async clearFaults() {
        await this.#control('DELETE', '/simulator/orders');
    }

    /** Changes settings of the simulator, such as token lifetimes. */
    async changeSettings(settings) {
        await this.#control('POST', '/simulator/settings', settings);
    }

    /** Sends a webhook event: `{ creator, event, content }`. */
    async sendEvent(event) {
        await this.#control('POST', '/simulator/events', event);
    }

    /** Sets the method of the OAuth callback: `get`, as documented, or `post`. */
    async setCallbackMode(callback) {
        await this.#control('POST', '/simulator/mode', { callback });
    }

    /** The requests that the simulator received, oldest first. */
    async calls() {
        return (await this.#control('GET', '/simulator/calls')).json();
    }

    /** The simulator's state. */
    async state() {
        return (await this.#control('GET', '/simulator/state')).json();
    }

    async #control(method, path, body) {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(this.tiktok + path, { method, headers, body: body && JSON.stringify(body) });
        if (!response.ok) throw new Error(`${method} ${path}: status ${response.status}: ${await response.text()}`);
        return response;
    }
}

/** Each worker has its own range of a thousand ports, below Linux's ephemeral ports (from 32768 on). */
let nextPort = 22_000 + 1_000 * (Number(process.env.TEST_PARALLEL_INDEX ?? 9) % 10);

/** A port of this worker's range on which no process listens. */
async function freePort() {
    for (;;) {
        const port = nextPort++;
        if (await isFree(port)) return port;
    }
}

function isFree(port) {
    return new Promise((resolve) => {
        const server = createServer();
        server.once('error', () => resolve(false));
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
}
