# Stands for the runner of built-in functions: what each one does is in its name. $0 is in a folder of the test's own.
notes=$(dirname "$0")
case "$1" in
ok)
    echo "okeanos:progress 40 reading"
    env | cut -d= -f1 | sort | while read -r name; do echo "env $name"; done
    echo "inputs $(cat "$OKEANOS_INPUTS")"
    echo "staged $(ls "$OKEANOS_INPUT_DIR" | tr '\n' ' ')"
    echo '{"answer": 42}' > "$OKEANOS_OUTPUT_DIR/result.json"
    ;;
file) printf 'CDF\001' > "$OKEANOS_OUTPUT_DIR/result.nc" ;;
zarr)
    mkdir -p "$OKEANOS_OUTPUT_DIR/result.zarr/t/c"
    echo '{}' > "$OKEANOS_OUTPUT_DIR/result.zarr/zarr.json"
    echo '{}' > "$OKEANOS_OUTPUT_DIR/result.zarr/t/zarr.json"
    echo 0123 > "$OKEANOS_OUTPUT_DIR/result.zarr/t/c/0"
    ;;
slow)
    sleep 600 &
    echo $! > "$notes/child"
    echo $$ > "$notes/leader"
    wait
    ;;
escaped)
    # The leader ends last: it says so when its child has left the group.
    setsid sleep 600 &
    echo $! > "$notes/child"
    echo $$ > "$notes/leader"
    wait
    ;;
hungry)
    head -c 1000000 /dev/zero > "$OKEANOS_OUTPUT_DIR/result.nc"
    echo $$ > "$notes/leader"
    sleep 600
    ;;
dazed) kill -ABRT $$ ;;
busy) kill -XCPU $$ ;;
long) kill -XFSZ $$ ;;
sluggish)
    mkdir -p "$OKEANOS_OUTPUT_DIR/result.zarr/t/c"
    echo '{}' > "$OKEANOS_OUTPUT_DIR/result.zarr/zarr.json"
    echo 0123 > "$OKEANOS_OUTPUT_DIR/result.zarr/t/c/0"
    echo 0123 > "$OKEANOS_OUTPUT_DIR/result.zarr/t/c/never"
    ;;
halfway)
    echo $$ > "$notes/leader"
    until [ -e "$notes/go" ]; do sleep 0.05; done
    exit 1
    ;;
subset) cp "$OKEANOS_INPUTS" "$OKEANOS_OUTPUT_DIR/result.json" ;;
stubborn)
    trap '' TERM
    echo $$ > "$notes/leader"
    while true; do sleep 1; done
    ;;
flaky)
    echo "$1" >> "$notes/attempts"
    [ "$(wc -l < "$notes/attempts")" -gt 1 ] || kill -9 $$
    echo '{"answer": 2}' > "$OKEANOS_OUTPUT_DIR/result.json"
    ;;
doomed)
    echo "$1" >> "$notes/attempts"
    kill -9 $$
    ;;
wrong)
    echo "variables: there is no variable salinity" >&2
    exit 2
    ;;
explained)
    echo 'okeanos:error {"code": "processes/input-does-not-fit", "detail": "bbox: nothing of the data lies in it", "field": "bbox"}' >&2
    exit 1
    ;;
silent) ;;
once)
    # Slow the first time, quick when it is run again.
    echo "$1" >> "$notes/attempts"
    if [ "$(wc -l < "$notes/attempts")" -gt 1 ]; then
        echo '{"answer": 3}' > "$OKEANOS_OUTPUT_DIR/result.json"
    else
        echo $$ > "$notes/leader"
        sleep 600
    fi
    ;;
esac
