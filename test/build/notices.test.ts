import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesInside, noticesOf, packagesOf } from '../../src/build/notices.mjs';

test('packages are found by their files: scoped ones, nested ones, and what a bundle says of what is in it', () => {
  assert.deepEqual(packagesOf(['src/cli.ts', 'node_modules/chart.js/dist/chart.js', 'node_modules/@sinclair/typebox/a/b.mjs', 'node_modules/a/node_modules/b/c.js', '(disabled):node_modules/node-fetch/x.js']),
    ['node_modules/@sinclair/typebox', 'node_modules/a/node_modules/b', 'node_modules/chart.js']);
  assert.deepEqual(filesInside('var a;\n// node_modules/long/src/long.js\nx;\n// plain words\n'), ['node_modules/long/src/long.js']);
});

test('each package is named with its version, its licence and the terms; those that leave the text out get it', () => {
  const text = noticesOf(['node_modules/@huggingface/tokenizers', 'node_modules/@tensorflow/tfjs-core', 'node_modules/chart.js', 'node_modules/onnxruntime-node']);
  assert.match(text, /@tensorflow\/tfjs-core 4\.22\.0 \(Apache-2\.0\)[\s\S]*whose text is under @huggingface\/tokenizers/);
  assert.match(text, /TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION/);
  assert.match(text, /chart\.js 4\.6\.1 \(MIT\)[\s\S]*Chart\.js Contributors/);
  assert.match(text, /onnxruntime-node 1\.30\.0 \(MIT\)[\s\S]*Permission is hereby granted/);
});

test('a package whose terms are not known stops the build, and says what to do', () => {
  assert.throws(() => noticesOf(['node_modules/@tensorflow/tfjs-core']), /tfjs-core 4\.22\.0 is bundled, brings no licence file.*Add it there/);
});
