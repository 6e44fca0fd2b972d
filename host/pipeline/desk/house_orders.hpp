#pragma once

#include <filesystem>
#include <mutex>
#include <string>

#include "store/backup.hpp"
#include "store/store.hpp"

namespace orch {

/// Orders about orchd as a whole: its queue and its database. Throws Refused or StoreError;
/// thread-safe; `store` must outlive it.
class HouseOrders {
public:
    explicit HouseOrders(Store& store) : store_(store) {}

    void setQueue(bool paused, const std::string& by);
    /// One at a time: a second call is refused while the first one runs.
    BackupMade backUp(const std::filesystem::path& file,
                      const std::string& by,
                      const BackupRest& rest);

private:
    Store& store_;
    std::mutex backing_up_;
};

}  // namespace orch
