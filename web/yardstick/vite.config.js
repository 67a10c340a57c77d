// No source maps and no report of sizes: bench-app packs and serves what this makes.
export default { build: { reportCompressedSize: false, chunkSizeWarningLimit: 4096 } };
