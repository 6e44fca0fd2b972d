#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <nlohmann/json.hpp>
#include <ostream>
#include <utility>

namespace orch {

template <class T>
concept Printed = requires(std::ostream& out, const T& value) {
    out << value;
};
template <class T>
concept Json = requires(nlohmann::json& json, const T& value) {
    json = value;
};

// proves X5: what is a Secret gets into no text by itself
static_assert(!Printed<Secret> && Printed<std::string>);
static_assert(!Json<Secret> && Json<std::string>);
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!std::convertible_to<std::string, Secret>);

TEST(SecretTest, OnlyItsOwnTextMatches) {
    const Secret secret("swordfish");
    EXPECT_TRUE(secret.matches("swordfish"));
    EXPECT_FALSE(secret.matches("swordfisH"));
    EXPECT_FALSE(secret.matches("Swordfish"));
    EXPECT_FALSE(secret.matches("swordfish "));
    EXPECT_FALSE(secret.matches(""));
    EXPECT_TRUE(Secret{} == Secret{""});
}

TEST(SecretTest, ACopyIsAsGoodAndAMoveLeavesNothing) {
    Secret first("swordfish");
    const Secret copy = first;
    const Secret moved = std::move(first);
    EXPECT_TRUE(copy == moved);
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is the promise
}

TEST(SecretTest, ItsMemoryIsWipedAtItsEnd) {
    alignas(Secret) std::byte room[sizeof(Secret)];
    auto* secret = new (room) Secret("0123456789");  // short enough to lie in the object itself
    const std::string_view bytes{reinterpret_cast<const char*>(room), sizeof room};
    ASSERT_NE(bytes.find("0123456789"), std::string_view::npos);
    secret->~Secret();
    EXPECT_EQ(bytes.find("0123"), std::string_view::npos);
}

TEST(SecretTest, AMovedFromShortTextIsWipedAtOnce) {
    Secret from("0123456789");
    const std::string_view bytes{reinterpret_cast<const char*>(&from), sizeof from};
    ASSERT_NE(bytes.find("0123"), std::string_view::npos);
    const Secret to = std::move(from);
    EXPECT_EQ(bytes.find("0123"), std::string_view::npos);
    EXPECT_TRUE(to.matches("0123456789"));
}

}  // namespace orch
