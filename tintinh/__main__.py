from tintinh.command import main

main()
