"use strict";
const v8 = require("node:v8");
const vm = require("node:vm");

/** Loaded into each server whose CPU or memory is measured: tells them when it is asked over IPC. */

process.on("message", ({ collectGarbage }) => {
  const memory = process.memoryUsage();
  if (collectGarbage) {
    v8.setFlagsFromString("--expose-gc");
    vm.runInNewContext("gc")();
  }
  const { user, system } = process.cpuUsage();
  process.send({
    cpu: user + system,
    rss: memory.rss,
    heap: process.memoryUsage().heapUsed,
  });
});

// Being asked must not keep a server alive that has failed to start.
process.channel.unref();

// Nobody measures any more.
process.on("disconnect", () => process.exit());
