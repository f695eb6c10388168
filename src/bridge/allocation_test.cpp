#include <cstdlib>
#include <new>

#include "bridge/bridge.hpp"
#include "bridge/bridge_test_support.hpp"

// Counts what the bridge allocates per packet; the rest of the test program only passes through.
namespace {
bool counting = false;
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  if (counting) ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  if (counting) ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace parley::bridge {
namespace {

using namespace testing;

/// Allocations in what the bridge does during `work`, its packets sent and forgotten.
template <class Work>
std::size_t allocations_of(World& world, Work work, std::size_t expected_sent = 1) {
  allocations = 0;
  counting = true;
  work();
  std::size_t sent = 0;
  while (const auto transmit = world.bridge.poll_transmit()) ++sent;
  counting = false;
  EXPECT_EQ(sent, expected_sent);
  return allocations;
}

void advance(World& world) {
  world.advance_to(world.now.monotonic + 20ms);
}

TEST(BridgeAllocations, AreCounted) {
  allocations = 0;
  counting = true;
  const auto memory = std::make_unique<Bytes>(100);
  counting = false;
  EXPECT_EQ(allocations, 2u);
}

TEST(BridgeAllocations, NoneForAForwardedPacket) {
  World world(1);
  Caller& a = world.call(PortId{2});
  world.call(PortId{3});
  world.run_for(300ms);
  world.open();
  world.run_for(200ms);
  for (int i = 0; i < 50; ++i) {
    advance(world);
    a.tick(world.now);
    const auto transmit = a.leg->poll_transmit();
    ASSERT_TRUE(transmit);
    Bytes datagram = to_bytes(transmit->packet.view());
    EXPECT_EQ(
        allocations_of(
            world,
            [&] { world.bridge.receive(world.now, transmit->remote, transmit->local, datagram); }),
        0u)
        << "packet " << i;
  }
}

TEST(BridgeAllocations, NoneForAPacketOfAPicture) {
  World world(4, 2, edge::kMaxVideoSections);
  using wire::SdpDirection;
  const edge::OfferOptions offer{.video = {SdpDirection::sendonly, SdpDirection::recvonly}};
  Caller& a = world.call(PortId{2}, offer);
  const Caller& b = world.call(PortId{3}, offer);
  world.run_for(300ms);
  world.open();
  ASSERT_TRUE(world.bridge.show(world.now, b.id, 2, VideoSource{a.id, 1}));
  const Bytes key_frame(1'000, 0x67);
  for (std::uint16_t i = 0; i < 50; ++i) {
    advance(world);
    a.leg->send_video(
        world.now,
        {.section = 1, .sequence = {i}, .timestamp = {i * 1'800u}, .payload = key_frame});
    const auto transmit = a.leg->poll_transmit();
    ASSERT_TRUE(transmit);
    Bytes datagram = to_bytes(transmit->packet.view());
    const std::size_t allocated = allocations_of(world, [&] {
      world.bridge.receive(world.now, transmit->remote, transmit->local, datagram);
    });
    EXPECT_TRUE(i == 0 || allocated == 0) << allocated << " for packet " << i;
  }
}

TEST(BridgeAllocations, NoneForAPromptsFrame) {
  World world(2);
  world.ivr();
  world.play(1, {{prompt_of(sentence(3'000, 1))}});
  world.run_for(200ms);
  for (int i = 0; i < 50; ++i) {
    world.advance_to(world.bridge.next_deadline()->at);
    if (world.bridge.next_deadline()->reason != BridgeDeadline::tick) {
      world.bridge.handle_timeout(world.now);
      world.drain();
      continue;
    }
    EXPECT_EQ(allocations_of(world, [&] { world.bridge.handle_timeout(world.now); }), 0u)
        << "tick " << i;
  }
}

// Two talk and one listens: listeners, mixer, two private encoders and a common one.
TEST(BridgeAllocations, NoneForATickOfAMeeting) {
  World world(3, 3);
  for (const std::uint32_t port : {2u, 3u, 4u}) world.call(PortId{port});
  world.run_for(300ms);
  world.open();
  world.callers[0]->say(sentence(4'000, 1));
  world.callers[1]->say(sentence(4'000, 2));
  world.run_for(1s);
  int ticks = 0;
  const Instant end = world.now.monotonic + 2s;
  while (world.now.monotonic < end) {
    const auto deadline = *world.bridge.next_deadline();
    const auto next = *world.next_wake();
    if (deadline.reason != BridgeDeadline::tick || next < deadline.at) {
      world.run_for(next - world.now.monotonic);
      continue;
    }
    world.advance_to(deadline.at);
    EXPECT_EQ(allocations_of(
                  world, [&] { world.bridge.handle_timeout(world.now); }, 3),
              0u)
        << "tick " << ticks;
    ++ticks;
  }
  EXPECT_GT(ticks, 90);
}

}  // namespace
}  // namespace parley::bridge
