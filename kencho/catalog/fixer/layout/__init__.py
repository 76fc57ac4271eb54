"""Finding tables on a sheet: bands side by side, blocks one under the other, headers, bodies, lines around."""
