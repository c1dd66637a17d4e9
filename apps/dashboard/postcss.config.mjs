// Owns the CSS pipeline: Tailwind 4, configured in app/globals.css.
export default { plugins: { '@tailwindcss/postcss': {} } };
