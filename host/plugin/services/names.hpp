#pragma once

#include "base/process.hpp"

namespace orch {

/// What sdk/docs/services.md calls a life.
[[nodiscard]] constexpr const char* lifeName(Liveness life) {
    switch (life) {
        case Liveness::kAlive:
            return "alive";
        case Liveness::kDead:
            return "dead";
        case Liveness::kUnknown:
            return "unknown";
    }
    return "unknown";
}

}  // namespace orch
