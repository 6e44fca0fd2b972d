#include "store/schema.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/error.hpp"
#include "core/names.hpp"
#include "store/meta.hpp"

namespace orch {
namespace {

bool exists(Connection& db, const char* type, const char* name) {
    return db.prepared("SELECT 1 FROM sqlite_master WHERE type=? AND name=?")
        .bind(type, name)
        .step();
}

std::set<std::string> columnsOf(Connection& db, const char* table) {
    auto& query = db.prepared("SELECT name FROM pragma_table_info(?)").bind(table);
    std::set<std::string> names;
    while (query.step()) names.insert(query.text(0));
    return names;
}

void ensureTable(Connection& db, const TableDef& table) {
    if (exists(db, "table", table.name)) return;
    std::string columns;
    for (const auto& column : table.columns) {
        if (!columns.empty()) columns += ", ";
        columns += std::string(column.name) + " " + column.definition;
    }
    db.execute("CREATE TABLE " + std::string(table.name) + "(" + columns + table.constraints +
               ") " + table.options);
}

void ensureColumns(Connection& db, const TableDef& table) {
    const auto there = columnsOf(db, table.name);
    for (const auto& column : table.columns) {
        if (there.contains(column.name)) continue;
        db.execute("ALTER TABLE " + std::string(table.name) + " ADD COLUMN " + column.name + " " +
                   column.definition);
    }
}

void ensureIndex(Connection& db, const IndexDef& index) {
    if (exists(db, "index", index.name)) return;
    db.execute(std::string(index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + index.name +
               " ON " + index.on);
}

void ensureTrigger(Connection& db, const TriggerDef& trigger) {
    if (exists(db, "trigger", trigger.name)) return;
    db.execute("CREATE TRIGGER " + std::string(trigger.name) + " " + trigger.body);
}

// Only when the table is new are its rows counted; from then on the triggers count.
void ensureCounts(Connection& db) {
    if (db.prepared("SELECT 1 FROM job_counts").bind().step()) return;
    for (int i = 0; i <= static_cast<int>(JobStatus::kLost); ++i) {
        const auto status = nameOf(static_cast<JobStatus>(i));
        db.prepared(
              "INSERT INTO job_counts(status, n) SELECT ?1, count(*) FROM jobs WHERE status=?1")
            .bind(status)
            .run();
    }
}

void refuseNewer(Connection& db, const std::filesystem::path& file) {
    if (!exists(db, "table", "schema_meta")) return;
    const auto needed = readMetaNumber(db, meta_key::kMinReader).value_or(0);
    if (needed <= kSchemaVersion) return;
    throw StoreError("open database " + file.string() +
                     ": it was written by a newer orchd and needs schema " +
                     std::to_string(needed) + ", this orchd " ORCH_VERSION " reads up to " +
                     std::to_string(kSchemaVersion) +
                     "; start the newer orchd again or restore an older copy of the database");
}

void ensureAll(Connection& db) {
    for (const auto& table : schemaTables()) ensureTable(db, table);
    for (const auto& table : schemaTables()) ensureColumns(db, table);
    for (const auto& index : schemaIndexes()) ensureIndex(db, index);
    ensureCounts(db);
    for (const auto& trigger : schemaTriggers()) ensureTrigger(db, trigger);
    if (!readMeta(db, meta_key::kMinReader)) {
        writeMeta(db, meta_key::kMinReader, std::to_string(kSchemaVersion));
    }
}

}  // namespace

void ensureSchema(Connection& db, const std::filesystem::path& file) {
    refuseNewer(db, file);
    ensureAll(db);
}

}  // namespace orch
