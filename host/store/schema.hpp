#pragma once

#include <filesystem>
#include <vector>

#include "store/connection.hpp"

namespace orch {

// The schema as one list of data. It grows by adding to the list: what a database lacks is added
// when it is opened, what it has beyond the list is left alone.

struct ColumnDef {
    const char* name;
    /// Type and default. One that may join an older table must be nullable or have a default.
    const char* definition;
};
struct TableDef {
    const char* name;
    std::vector<ColumnDef> columns;
    const char* constraints = "";  ///< after the columns, with the comma in front
    const char* options = "";      ///< "WITHOUT ROWID"
};
struct IndexDef {
    const char* name;
    const char* on;  ///< "jobs(lane, id) WHERE …"
    bool unique = false;
};
struct TriggerDef {
    const char* name;
    const char* body;  ///< "AFTER INSERT ON jobs BEGIN … END"
};

[[nodiscard]] const std::vector<TableDef>& schemaTables();
[[nodiscard]] const std::vector<IndexDef>& schemaIndexes();
[[nodiscard]] const std::vector<TriggerDef>& schemaTriggers();

/// What this program can read. A database names the oldest reader it allows in
/// schema_meta.min_reader, which rises only on an incompatible change.
constexpr int kSchemaVersion = 1;

/// Brings the database to this program's schema; does nothing to one that has it. In a transaction
/// of the caller's. Throws StoreError when the database is newer than this program may read.
void ensureSchema(Connection& db, const std::filesystem::path& file);

}  // namespace orch
