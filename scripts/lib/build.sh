# Builds the program and the tests in one go. To be sourced by bash, from the workspace's root.
#
#   LINLI_PROFILE   cargo profile, default dev

build_profile=${LINLI_PROFILE:-dev}

# One command for binaries and tests: built apart they would differ in features, and be compiled twice.
build_all() {
    cargo build --workspace --bins --tests --profile "$build_profile"
    local folder=$build_profile target
    [[ $folder != dev ]] || folder=debug
    target=${CARGO_TARGET_DIR:-target}
    export LINLI_TEST_BINARY
    LINLI_TEST_BINARY=$(realpath "$target/$folder/linli")
}
