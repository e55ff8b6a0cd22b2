'use strict';

const { EventEmitter } = require('node:events');

/**
 * Runs jobs one after the other.
 * A job that fails does not stop those after it.
 */
class Queue extends EventEmitter {
  constructor({ limit = 100 } = {}) {
    super();
    this.limit = limit;
    this.jobs = [];
    this.running = false;
  }

  push(job) {
    if (this.jobs.length >= this.limit) throw new RangeError(`more than ${this.limit} jobs`);
    this.jobs.push(job);
    if (!this.running) this.#run();
    return this;
  }

  async #run() {
    this.running = true;
    for (let job = this.jobs.shift(); job; job = this.jobs.shift()) {
      try {
        this.emit('done', await job());
      } catch (error) {
        this.emit('failed', error);
      }
    }
    this.running = false;
  }
}

const handlers = {
  start(queue, name) {
    queue.push(async () => {
      console.log('starting', name);
    });
  },

  stop: function (queue, name) {
    queue.jobs = queue.jobs.filter((job) => job.name !== name);
    console.log('stopped', name);
  },

  list: (queue) => {
    return queue.jobs.map((job, at) => `${at + 1}. ${job.name || 'unnamed'}`).join('\n');
  },
};

process.on('message', (message) => {
  const handler = handlers[message.type];
  if (!handler) {
    console.error('no such message', message.type);
    return;
  }
  handler(module.exports.shared, message.name);
});

module.exports = { Queue, handlers, shared: new Queue() };
