"""`python -m tintinh`, the same as the command."""

from tintinh.cli.main import main

if __name__ == "__main__":  # processes of re-extraction import this as well
    main()
