#include "bench/floor.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <unordered_map>

#include "base/random.hpp"
#include "bench/process_usage.hpp"
#include "net/sockaddr.hpp"
#include "wire/rtp.hpp"

namespace parley::bench {
namespace {

constexpr Duration kFrame = std::chrono::milliseconds(20);
constexpr std::uint64_t kToFloor = 1;
constexpr std::uint64_t kFromFloor = 2;

/// Both ends know it: nobody's secret.
crypto::SrtpMasterKey key_of(std::uint32_t call, std::uint64_t direction) {
  SeededRandom random(std::uint64_t{call} << 8 | direction);
  crypto::SrtpMasterKey key;
  key.key.resize(crypto::kSrtpMasterKeySize);
  key.salt.resize(crypto::srtp_master_salt_size(key.profile));
  random.fill(key.key);
  random.fill(key.salt);
  return key;
}

struct FloorCall {
  explicit FloorCall(std::uint32_t call)
      : receiver(key_of(call, kToFloor)), sender(key_of(call, kFromFloor)) {}
  srtp::SrtpReceiver receiver;
  srtp::SrtpSender sender;
};

/// In the child. Each step is one that a server cannot leave out.
[[noreturn]] void run_floor(int socket) {
  std::unordered_map<std::uint32_t, FloorCall> calls;
  std::array<std::uint8_t, Packet::kCapacity> buffer;
  for (;;) {
    sockaddr_storage peer{};
    socklen_t peer_size = sizeof peer;
    const ssize_t received = recvfrom(socket, buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&peer), &peer_size);
    if (received < 0) _exit(1);
    const auto packet = MutableByteView(buffer).first(static_cast<std::size_t>(received));
    const auto header = wire::parse_rtp_header(packet);
    if (!header) continue;
    const std::uint32_t ssrc = header->header.ssrc.value;
    FloorCall& call = calls.try_emplace(ssrc, ssrc).first->second;
    const auto opened = call.receiver.unprotect_rtp(packet);
    if (!opened || !header->header.marker) continue;
    const auto closed = call.sender.protect_rtp(buffer, *opened);
    if (closed)
      sendto(socket, buffer.data(), *closed, 0, reinterpret_cast<sockaddr*>(&peer), peer_size);
  }
}

}  // namespace

Result<std::unique_ptr<FloorServer>, std::string> FloorServer::start() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int room = 4 << 20;
  setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  auto any = net::to_native(*SocketAddress::parse("127.0.0.1:0"));
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (bind(socket, any.get(), any.size) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0)
    return Failure{std::string("the floor's socket cannot be bound")};
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    pin_to_core(kServerCore);
    run_floor(socket);
  }
  close(socket);
  return std::unique_ptr<FloorServer>(new FloorServer(child, *net::from_native(bound)));
}

FloorServer::~FloorServer() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

FloorCallers::FloorCallers(net::EventLoop& loop, const SocketAddress& floor, std::size_t calls,
                           media::SharedPrompt sound)
    : loop_(loop), floor_(floor), sound_(std::move(sound)) {
  SeededRandom random(1);
  calls_.resize(calls);
  for (std::size_t i = 0; i < calls; ++i) {
    Call& call = calls_[i];
    call.number = static_cast<std::uint32_t>(i);
    call.offset = Duration(random.u64() % static_cast<std::uint64_t>(kFrame.count()));
    call.packets = static_cast<std::uint32_t>(i * kCycle / calls);
    call.sender = std::make_unique<srtp::SrtpSender>(key_of(call.number, kToFloor));
    auto socket = net::UdpSocket::bind(
        loop, *SocketAddress::parse("127.0.0.1:0"), {}, counters_,
        [this](const SocketAddress&, const SocketAddress&, MutableByteView) { ++answers_; });
    if (!socket) continue;  // its answers are missed
    call.socket.emplace(std::move(*socket));
    call.timer.emplace(loop, [this, &call] { send(call); });
  }
}

void FloorCallers::start() {
  const Instant begin = loop_.now() + kFrame;
  for (Call& call : calls_) {
    call.next = begin + call.offset;
    if (call.timer) call.timer->set(call.next);
  }
}

void FloorCallers::stop() {
  for (Call& call : calls_)
    if (call.timer) call.timer->clear();
}

void FloorCallers::send(Call& call) {
  const std::uint32_t index = call.packets++;
  Packet packet = pool_.allocate();
  const ByteView payload = sound_->frame(codec::Codec::opus, index % sound_->frame_count());
  const std::size_t header =
      wire::write_rtp_header(packet.buffer(), {.marker = index % kCycle < kHeard,
                                               .payload_type = {111},
                                               .sequence = {static_cast<std::uint16_t>(index)},
                                               .timestamp = {index * 960},
                                               .ssrc = {call.number}});
  std::ranges::copy(payload, packet.buffer().begin() + static_cast<std::ptrdiff_t>(header));
  const auto size = call.sender->protect_rtp(packet.buffer(), header + payload.size());
  if (size) {
    packet.resize(*size);
    call.socket->send(
        {.local = call.socket->local(), .remote = floor_, .packet = std::move(packet)});
  }
  call.next += kFrame;
  call.timer->set(call.next);
}

}  // namespace parley::bench
