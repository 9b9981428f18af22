// Starts and stops `creator-connect demo`: one app with its own simulated TikTok, ports, and folder for database,
// certificate and logs.
//
// CREATOR_CONNECT_BINARY and SITE_ROOT name the build to test; the release build by default.

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
const siteRoot = process.env.SITE_ROOT || join(root, 'target/site');

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 12_000;

/** A running app. `origin` is what a browser opens, `tiktok` where the simulator listens. */
export class App {
    /**
     * Starts an app and waits until it is healthy, or says what `health` expects it to say.
     * @param {{ folder?: string, env?: Record<string, string>, health?: number }} options `folder` is kept afterwards
     */
    static async start({ folder, env = {}, health = 200 } = {}) {
        if (!existsSync(binary) || !existsSync(siteRoot)) {
            throw new Error(`There is no build (${binary}, ${siteRoot}): run \`make build\`.`);
        }
        const own = folder ?? (await mkdtemp(join(tmpdir(), 'creator-connect-')));
        // A port that was free a moment ago may be taken by now: then the process ends, and we try again.
        for (let attempt = 1; ; attempt++) {
            const app = new App(own, folder === undefined, await freePort(), await freePort(), env);
            try {
                await app.#ready(health);
                return app;
            } catch (error) {
                await app.stop({ keepFolder: attempt < 3 });
                if (attempt === 3) throw error;
            }
        }
    }

    #child;
    #temporary;
    #ended = false;
    #began = performance.now();
    /** What the app printed. */
    output = '';
    /** Milliseconds from start to the first healthy answer. */
    readyAfter = 0;

    constructor(folder, temporary, port, tiktokPort, env) {
        this.folder = folder;
        this.#temporary = temporary;
        this.port = port;
        this.origin = `https://localhost:${port}`;
        this.tiktok = `http://127.0.0.1:${tiktokPort}`;
        const words = ['demo', '--port', String(port), '--tiktok-port', String(tiktokPort)];
        const { PATH, HOME } = process.env;
        this.#child = spawn(binary, words, { cwd: folder, env: { PATH, HOME, SITE_ROOT: siteRoot, ...env } });
        this.#child.stdout.on('data', (data) => (this.output += data));
        this.#child.stderr.on('data', (data) => (this.output += data));
        this.#child.on('error', (error) => (this.output += error));
        this.#child.on('close', () => (this.#ended = true));
    }

    get pid() {
        return this.#child.pid;
    }

    async #ready(health) {
        while ((await this.#health()) !== health) {
            const late = performance.now() - this.#began > START_TIMEOUT_MS;
            if (this.#ended || late) {
                const how = this.#ended ? 'ended at once' : `was not healthy after ${START_TIMEOUT_MS} ms`;
                throw new Error(`\`creator-connect demo\` ${how}:\n${this.output}`);
            }
            await pause(5);
        }
        this.readyAfter = performance.now() - this.#began;
    }

    /** The status that the app gives itself; 0 while it does not answer. */
    #health() {
        return new Promise((resolve) => {
            const address = { host: '127.0.0.1', port: this.port, path: '/health', rejectUnauthorized: false };
            const asked = request(address, (answer) => {
                answer.resume();
                resolve(answer.statusCode);
            });
            asked.setTimeout(START_TIMEOUT_MS, () => asked.destroy());
            asked.on('error', () => resolve(0)).end();
        });
    }

    /** Stops the app as an operator does, and removes its folder. */
    async stop({ keepFolder = !this.#temporary } = {}) {
        if (!this.#ended) {
            const closed = new Promise((resolve) => this.#child.once('close', resolve));
            const impatient = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
            this.#child.kill('SIGTERM');
            await closed;
            clearTimeout(impatient);
        }
        if (!keepFolder) await rm(this.folder, { recursive: true, force: true });
    }

    /** Orders the simulator to misbehave, `times` times. */
    async order(endpoint, fault, times = 1) {
        await this.#control('POST', '/simulator/orders', { endpoint, times, fault });
    }

    /** Takes back every order. */
    async obey() {
        await this.#control('DELETE', '/simulator/orders');
    }

    /** Changes the simulator's settings, as how long tokens live. */
    async change(settings) {
        await this.#control('POST', '/simulator/settings', settings);
    }

    /** Sends an event of TikTok's, as `{ creator, event, content }`. */
    async tell(event) {
        await this.#control('POST', '/simulator/events', event);
    }

    /** Chooses how TikTok comes back: by `get`, as documented, or by `post`. */
    async answerBy(callback) {
        await this.#control('POST', '/simulator/mode', { callback });
    }

    /** The calls that the simulator has seen, oldest first. */
    async calls() {
        return (await this.#control('GET', '/simulator/calls')).json();
    }

    /** The simulator's state. */
    async state() {
        return (await this.#control('GET', '/simulator/state')).json();
    }

    async #control(method, path, body) {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(this.tiktok + path, { method, headers, body: body && JSON.stringify(body) });
        if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
        return answer;
    }
}

/** Each worker has a thousand ports of its own, below those that Linux gives to connections (from 32768 on). */
let nextPort = 22_000 + 1_000 * (Number(process.env.TEST_PARALLEL_INDEX ?? 9) % 10);

/** A port on which nothing listens, and which nobody else comes by before it is used. */
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
