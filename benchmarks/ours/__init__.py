"""What is measured of Pikku, through its public face."""
