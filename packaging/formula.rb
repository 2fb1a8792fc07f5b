# Homebrew's formula. `packaging/formula` fills in what stands between @s.
class Workshop < Formula
  desc "Guided runner for hands-on workshops about running real stacks"
  homepage "https://github.com/@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@RELEASE@/workshop-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@aarch64-apple-darwin@"
    end
    on_intel do
      url "@RELEASE@/workshop-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@RELEASE@/workshop-@VERSION@-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "@aarch64-unknown-linux-gnu@"
    end
    on_intel do
      url "@RELEASE@/workshop-@VERSION@-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "@x86_64-unknown-linux-gnu@"
    end
  end

  def install
    bin.install "workshop"
    man1.install Dir["man/man1/*.1"]
    (man/"ko/man1").install Dir["man/ko/man1/*.1"]
    generate_completions_from_executable(bin/"workshop", "completions")
  end

  test do
    assert_match "workshop #{version}", shell_output("#{bin}/workshop --version")
    assert_match "06", shell_output("#{bin}/workshop list")
  end
end
