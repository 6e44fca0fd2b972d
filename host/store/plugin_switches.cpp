#include "store/plugin_switches.hpp"

namespace orch {

std::map<std::string, SwitchRow> readPluginSwitches(Connection& db) {
    auto& row = db.prepared("SELECT name, vote, set_by, at FROM plugin_switches").bind();
    std::map<std::string, SwitchRow> all;
    while (row.step()) {
        all[row.text(0)] = {row.text(1) == "on", row.text(2), fromMilliseconds(row.integer(3))};
    }
    return all;
}

void writePluginSwitch(Tx& tx, const std::string& plugin, bool on, const std::string& by) {
    tx.db()
        .prepared("INSERT OR REPLACE INTO plugin_switches(name, vote, set_by, at) VALUES(?,?,?,?)")
        .bind(plugin, on ? "on" : "off", by, toMilliseconds(tx.at()))
        .run();
}

}  // namespace orch
