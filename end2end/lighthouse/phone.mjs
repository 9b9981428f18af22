// Lighthouse's simulated mid-range phone.

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { launchOptions } from '../chromium.mjs';

/** Other load on the machine slows single runs down, so that the median of this many runs counts. */
const RUNS = 5;

export class Phone {
    #chrome;
    /** The first run of a new browser is slower and does not count. */
    #isWarm = false;

    static async start() {
        const { executablePath, args } = launchOptions();
        const chromeFlags = [...args, '--headless=new', '--ignore-certificate-errors'];
        return new Phone(await launch({ chromePath: executablePath, chromeFlags }));
    }

    constructor(chrome) {
        this.#chrome = chrome;
    }

    /**
     * Returns Lighthouse's report of a page: the median of its runs, by score and then by largest paint.
     * @param {{ headers?: Record<string, string>, onlyCategories?: string[] }} options
     */
    async measure(url, { headers = {}, onlyCategories } = {}) {
        const results = [];
        for (let run = this.#isWarm ? 0 : -1; run < RUNS; run++) {
            const options = { port: this.#chrome.port, extraHeaders: headers, disableStorageReset: true, logLevel: 'error', onlyCategories };
            const { lhr } = await lighthouse(url, options);
            if (lhr.runtimeError) throw new Error(`Lighthouse could not load ${url}: ${lhr.runtimeError.message}`);
            if (run >= 0) results.push(lhr);
        }
        this.#isWarm = true;
        results.sort((one, other) => score(one) - score(other) || largestPaint(other) - largestPaint(one));
        return results[Math.floor(RUNS / 2)];
    }

    stop() {
        this.#chrome.kill();
    }
}

/** The largest contentful paint, in milliseconds. */
export const largestPaint = (lhr) => lhr.audits['largest-contentful-paint'].numericValue;

const score = (lhr) => lhr.categories.performance.score;
