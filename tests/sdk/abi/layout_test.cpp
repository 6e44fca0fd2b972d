#include <gtest/gtest.h>

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "orch/plugin.h"

// The layout as a C++ compiler sees it, and that the list says all there is to say.

namespace orch {

#define STRUCT(name, bytes) static_assert(sizeof(name) >= bytes, #name " has shrunk");
#define MEMBER(type, offset, name, ...)                                          \
    static_assert(offsetof(type, name) == offset, #type "." #name " has moved"); \
    static_assert(std::is_same_v<decltype(type::name), __VA_ARGS__>,             \
                  #type "." #name " has another type");
#define VALUE(name, value) static_assert(static_cast<long>(name) == (value), #name " has changed");
#include "sdk/abi/layout.inc"
#undef STRUCT
#undef MEMBER
#undef VALUE

static_assert(std::is_same_v<decltype(&orch_plugin_v1), const orch_plugin* (*)() noexcept>);

/// Where the last listed member of a struct ends.
std::size_t listedEnd(std::string_view type) {
    std::size_t end = 0;
#define STRUCT(name, bytes)
#define MEMBER(struct_name, offset, name, ...) \
    if (type == #struct_name) end = offset + sizeof(struct_name::name);
#define VALUE(name, value)
#include "sdk/abi/layout.inc"
#undef STRUCT
#undef MEMBER
#undef VALUE
    return end;
}

TEST(LayoutTest, EveryMemberOfEveryStructIsOnTheList) {
#define STRUCT(name, bytes) \
    EXPECT_EQ(listedEnd(#name), sizeof(name)) << #name " has members that layout.inc lacks";
#define MEMBER(type, offset, name, ...)
#define VALUE(name, value)
#include "sdk/abi/layout.inc"
#undef STRUCT
#undef MEMBER
#undef VALUE
}

TEST(LayoutTest, AMemberIsThereOnlyIfItsBuilderKnewIt) {
    orch_host host{};
    host.size = offsetof(orch_host, get_extension);
    EXPECT_TRUE(ORCH_HAS(&host, orch_host, call));
    EXPECT_FALSE(ORCH_HAS(&host, orch_host, get_extension));
    host.size = sizeof(orch_host);
    EXPECT_TRUE(ORCH_HAS(&host, orch_host, get_extension));
}

}  // namespace orch
