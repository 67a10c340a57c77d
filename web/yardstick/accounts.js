// Ten thousand accounts, made in the page: the yardstick asks no server for them,
// so its times have no API call in them, and no database.
const size = 10_000;
const day = 24 * 3600 * 1000;
const accounts = Array.from({ length: size }, (_, n) => ({
  id: `client${n + 1}`,
  domain: `client${n + 1}.example`,
  owner: "root",
  plan: "default",
  created: new Date(Date.UTC(2026, 0, 1) - n * day / 24).toISOString(),
  state: (n + 1) % 50 === 0 ? "Suspended" : "Active",
})).sort((a, b) => a.id.localeCompare(b.id));

/** What react-admin asks for: a page, in an order, with a search. */
export const accountsProvider = {
  async getList(_resource, { pagination, sort, filter }) {
    const term = (filter?.q ?? "").toLowerCase();
    const found = accounts.filter((a) => a.id.includes(term) || a.domain.includes(term));
    const direction = sort.order === "DESC" ? -1 : 1;
    found.sort((a, b) => direction * a[sort.field].localeCompare(b[sort.field]));
    const first = (pagination.page - 1) * pagination.perPage;
    return { data: found.slice(first, first + pagination.perPage), total: found.length };
  },
};
