"""Finance on screen: invoices matched with the contract, decided line by line; and pro-formas."""
