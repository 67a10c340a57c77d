// The same two pages as those of Postern that are measured, made with react-admin
// as its documentation shows: its own login page, and a list with a search.
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { Admin, DataTable, List, Resource, TextInput } from "react-admin";
import { accountsProvider } from "./accounts.js";

const signedIn = () => document.cookie.includes("yardstick=in");

// Any name and password will do: there is nothing behind it.
const authProvider = {
  async login({ username, password }) {
    if (!username || !password) throw new Error("Name and password are needed");
    document.cookie = "yardstick=in; path=/; samesite=lax";
  },
  async logout() { document.cookie = "yardstick=; path=/; max-age=0"; },
  async checkAuth() { if (!signedIn()) throw new Error("Sign in"); },
  async checkError() {},
  async getPermissions() {},
};

const columns = ["id", "domain", "owner", "plan", "created", "state"].map((source) => h(DataTable.Col, { key: source, source }));
const search = [h(TextInput, { key: "q", source: "q", label: "Search", alwaysOn: true })];
const AccountList = () => h(List, { perPage: 15, filters: search, sort: { field: "id", order: "ASC" } }, h(DataTable, {}, columns));

createRoot(document.getElementById("root")).render(
  h(Admin, { dataProvider: accountsProvider, authProvider, requireAuth: true, disableTelemetry: true },
    h(Resource, { name: "accounts", list: AccountList })),
);
