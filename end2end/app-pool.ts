// The apps of one Playwright worker.

import { App } from './app.mjs';

export type AppOptions = {
    /** Settings beside those of the demo. */
    env?: Record<string, string>;
    /** The status that its health check must have. */
    health?: number;
};

/**
 * Hands out apps, each with a simulator, database and ports of its own.
 *
 * A test gets a new process instead of a reset one: cooldowns, circuit breakers and caches live in its memory, and no
 * interface of the app clears them. A process costs about 80 ms of CPU; its start is hidden by starting the next one
 * while a test runs, and its shutdown is not waited for.
 */
export class AppPool {
    readonly #spares = new Map<string, Promise<App>>();
    readonly #shared = new Map<string, Promise<App>>();
    readonly #shutdowns: Promise<void>[] = [];

    /** Returns an app that no other test uses. The next one with the same options starts in the background. */
    async take(options: AppOptions = {}): Promise<App> {
        const key = JSON.stringify(options);
        const spare = this.#spares.get(key);
        this.#spares.delete(key);
        const app = await (spare ?? App.start(options));
        // A spare with other options belongs to the tests before this one.
        for (const unused of this.#spares.keys()) this.#discard(unused);
        this.#spares.set(key, start(options));
        return app;
    }

    /** Returns an app that all tests of this worker use: for tests that leave no state in it. */
    share(options: AppOptions = {}): Promise<App> {
        const key = JSON.stringify(options);
        const app = this.#shared.get(key) ?? start(options);
        this.#shared.set(key, app);
        return app;
    }

    /** Shuts an app down, in the background. */
    release(app: App) {
        this.#shutdowns.push(app.stop());
    }

    /** Shuts all apps down. */
    async close() {
        for (const key of this.#spares.keys()) this.#discard(key);
        for (const app of this.#shared.values()) this.#shutdowns.push(app.then((app) => app.stop(), () => {}));
        await Promise.all(this.#shutdowns);
    }

    #discard(key: string) {
        this.#shutdowns.push(this.#spares.get(key)!.then((app) => app.stop(), () => {}));
        this.#spares.delete(key);
    }
}

/** Starts an app. A failure is reported to the test that takes it, not as an unhandled rejection. */
function start(options: AppOptions): Promise<App> {
    const app = App.start(options);
    app.catch(() => {});
    return app;
}
